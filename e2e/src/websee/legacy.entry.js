// Runs in the page: web-see 1.2.2, one package that brings its own recording and performance.
import websee from "web-see";

// In this version `true` means on.
websee.init({
  ...globalThis.settings,
  recordScreentime: 2,
  silentRecordScreen: true,
  silentWhiteScreen: true,
});

globalThis.trouble = {
  throw: () =>
    setTimeout(() => {
      null.foo;
    }),
  image: () => {
    const image = document.createElement("img");
    image.src = "/missing.png";
    document.body.append(image);
  },
  custom: () => websee.log({ type: "custom", message: "from 1.2.2" }),
};
