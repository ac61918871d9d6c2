// Runs in the page: the stock web-see SDK, started the way its README says, and one function per
// thing that can go wrong in a page. Bundled by `site.ts`.
import websee from "@websee/core";
import performancePlugin from "@websee/performance";
import recordscreenPlugin from "@websee/recordscreen";

const settings = globalThis.settings;

websee.use(performancePlugin);
websee.use(recordscreenPlugin, { recordScreentime: 2 });
websee.init({ ...settings, silentWhiteScreen: true });

globalThis.trouble = {
  throw: () =>
    setTimeout(() => {
      null.foo;
    }),
  reject: () => void Promise.reject(new Error("rejected on purpose")),
  image: () => {
    const image = document.createElement("img");
    image.src = "/missing.png?token=hidden";
    document.body.append(image);
  },
  fetch: () =>
    fetch("/missing.json", { method: "POST", body: JSON.stringify({ password: "hunter2", item: 7 }) }),
  xhr: () => {
    const request = new XMLHttpRequest();
    request.open("GET", "/broken");
    request.send();
  },
  navigate: () => history.pushState({}, "", "/next?step=2#here"),
  custom: () => websee.log({ type: "custom", message: "支付按钮没有响应", error: new Error("logged") }),
  business: () => websee.log({ type: "biz", message: { order: 12 } }),
  busy: () =>
    setTimeout(() => {
      const until = performance.now() + 120;
      while (performance.now() < until);
    }),
};
