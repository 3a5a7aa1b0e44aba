"use strict";
// The page of a figure: its picture as PNG, three times as wide as on the screen.
document.querySelectorAll("button[data-png]").forEach((button) => {
  button.addEventListener("click", () => {
    const picture = document.getElementById(button.dataset.png);
    SpbeSaving.withLetters((letters) => {
      const text = new XMLSerializer().serializeToString(picture).replace(/>/, `><style>${letters}svg{font-family:"SPBE Sans",Arial,sans-serif;font-kerning:none}</style>`);
      SpbeSaving.png(`${button.dataset.png}.png`, text, 3);
    });
  });
});
