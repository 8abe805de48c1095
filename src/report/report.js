"use strict";
/* A click on a cell of the confusion matrix shows the digits that are in it. */
(function () {
  var hint = document.getElementById("hint");
  var buttons = document.querySelectorAll(".matrix button");
  function show(button) {
    buttons.forEach(function (other) {
      other.setAttribute("aria-pressed", other === button ? "true" : "false");
    });
    document.querySelectorAll(".cellbox").forEach(function (box) {
      box.classList.toggle("open", box.id === button.dataset.cell);
    });
    hint.hidden = true;
  }
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { show(button); });
  });
}());
