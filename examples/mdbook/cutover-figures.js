// Where Cutover is published. Under `./dev serve` it is two folders above this book's pages.
const cutover = new URL("../../../", document.currentScript.src);

const script = document.createElement("script");
script.type = "module";
script.src = new URL("embed/cutover.js", cutover);
document.head.append(script);
