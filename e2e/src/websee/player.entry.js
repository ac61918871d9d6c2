// Runs in a page of its own: plays the recording that it was given, to its end.
import Player from "rrweb-player";

globalThis.play = (events) => {
  const player = new Player({ target: document.body, props: { events, autoPlay: false, width: 800, height: 500 } });
  const { totalTime } = player.getMetaData();
  player.goto(totalTime);
};
