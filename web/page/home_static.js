// Where answers come from in web/dist: web/build writes this file there as home.js.
export { connect } from "./home_worker.js";
