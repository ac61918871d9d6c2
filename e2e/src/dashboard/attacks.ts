/** Text that an attacker may send in any field, each with what it would do if it were believed. */
export const MARKUP = `<script>globalThis.pwned = 1</script><img src=x onerror="globalThis.pwned = 2">`;
export const LINK = "javascript:globalThis.pwned=3";
export const TERMINAL = "\u001b[31mred alert\u001b[0m\r\nforged line";

export const EVENTS = [
  {
    type: "error",
    name: "TypeError",
    message: `first attack ${MARKUP}`,
    stack: `at ${MARKUP} (${LINK}:1:1)`,
    url: LINK,
    props: JSON.parse(`{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "link": "${LINK}"}`),
  },
  { type: "event", name: `second attack ${MARKUP}`, url: "https://shop.example/", props: { note: TERMINAL } },
  { type: "page", name: "/ordinary/page", url: "https://shop.example/ordinary/page" },
];

export const LOGS = [
  { deviceId: `device-${MARKUP}`, level: "ERROR", message: `log attack ${MARKUP} ${TERMINAL}` },
  { deviceId: "kiosk-7", level: "WARN", message: "打印机缺纸，请尽快处理" },
  { deviceId: "kiosk-8", level: "INFO", message: "door opened" },
];
