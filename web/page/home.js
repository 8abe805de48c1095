// Where answers come from. These files are served by `numeral serve`, which answers itself;
// web/build puts home_static.js in this file's place, where a worker of the page answers.
export { connect } from "./home_service.js";
