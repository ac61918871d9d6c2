import { describe, expect, it } from "vitest";
import { fresh, mergeHead, MOST_KEPT, type Pages } from "../src/lib/feed";

const idOf = (item: number) => String(item);
const known = (...items: number[]): Pages<number> => ({
  pages: [{ items, nextCursor: "c1" }],
  pageParams: [undefined],
});
const flat = (pages: Pages<number>) => pages.pages.flatMap((page) => page.items);

describe("following a list", () => {
  it("puts what is new on top, once", () => {
    const merged = mergeHead({ items: [5, 4, 3], nextCursor: "c" }, known(3, 2, 1), idOf);
    expect(flat(merged)).toEqual([5, 4, 3, 2, 1]);
    expect(flat(mergeHead({ items: [5, 4, 3] }, merged, idOf))).toEqual([5, 4, 3, 2, 1]);
  });

  it("keeps the older pages and their cursor", () => {
    const two: Pages<number> = {
      pages: [{ items: [3], nextCursor: "c1" }, { items: [2, 1], nextCursor: null }],
      pageParams: [undefined, "c1"],
    };
    const merged = mergeHead({ items: [4, 3] }, two, idOf);
    expect(merged.pageParams).toEqual([undefined, "c1"]);
    expect(merged.pages[1]).toBe(two.pages[1]);
  });

  it("starts over rather than hide a hole", () => {
    const merged = mergeHead({ items: [9, 8], nextCursor: "more" }, known(3, 2, 1), idOf);
    expect(flat(merged)).toEqual([9, 8]);
    expect(merged.pages[0]?.nextCursor).toBe("more");
  });

  it("changes nothing when nothing is new", () => {
    const list = known(3, 2, 1);
    expect(mergeHead({ items: [3, 2] }, list, idOf)).toBe(list);
    expect(fresh([3, 2], list, idOf)).toEqual([]);
    expect(fresh([3], undefined, idOf)).toEqual([]);
  });

  it("is bounded", () => {
    const many = known(...Array.from({ length: MOST_KEPT }, (_, index) => index));
    const merged = mergeHead({ items: [-1, 0], nextCursor: "c" }, many, idOf);
    expect(flat(merged)).toEqual([-1, 0]);
  });
});
