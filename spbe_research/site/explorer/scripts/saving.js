"use strict";
// A file that the reader takes away from a page, made in the browser; pictures carry their letters.
var SpbeSaving = (function () {
  const static_ = typeof document === "undefined" ? "" : document.currentScript.src.replace(/[^/]*$/, "");
  function save(name, content, type) {
    const link = document.createElement("a"), address = URL.createObjectURL(new Blob([content], { type: type }));
    link.href = address;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
  // The typeface as a rule that a picture can hold: loaded once, and only where it is wanted.
  let waiting = null;
  function withLetters(then) {
    waiting = waiting || new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${static_}letters.js`;
      script.onload = () => resolve(window.SPBE_LETTERS);
      script.onerror = () => resolve(""); // the fonts that the picture names besides
      document.head.append(script);
    });
    waiting.then(then);
  }
  function png(name, text, scale) {
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    picture.decode().then(() => {
      const canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth * scale;
      canvas.height = picture.naturalHeight * scale;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(name, blob, "image/png"));
    });
  }
  return { save, withLetters, png };
})();
