import { type ComponentChild, isValidElement } from "preact";
import { describe, expect, test } from "vitest";
import { Checkpoint } from "./checkpoint";

const NOW = new Date("2026-11-28T23:30:00Z");

function elements(child: ComponentChild): readonly Props[] {
  if (Array.isArray(child)) return child.flatMap(elements);
  if (!isValidElement(child)) return [];
  const props = child.props as Props;
  return [props, ...elements(props.children)];
}

function text(child: ComponentChild): string {
  if (Array.isArray(child)) return child.map(text).join("");
  if (isValidElement(child)) return text((child.props as Props).children);
  return typeof child === "string" ? child : "";
}

interface Props {
  readonly href?: string;
  readonly download?: string;
  readonly children?: ComponentChild;
}

describe("a checkpoint to keep", () => {
  const page = Checkpoint({ now: NOW });

  test("is the public one, saved under its day", () => {
    const [link] = elements(page).filter((each) => each.href !== undefined);
    expect(link?.href).toBe("/log/checkpoint");
    expect(link?.download).toBe("checkpoint-2026-11-28.txt");
    expect(text(link?.children)).toContain("Download today's checkpoint");
  });

  test("comes with how it is used", () => {
    expect(text(page)).toContain("goodfaith chart verify RECORD --since CHECKPOINT");
    expect(text(page)).toContain("export it with --since and your file");
  });
});
