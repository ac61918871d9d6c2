import { afterEach, vi } from "vitest";
import { cleanup, configure } from "@testing-library/react";

// What is awaited comes by itself; a busy machine only takes longer.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});
