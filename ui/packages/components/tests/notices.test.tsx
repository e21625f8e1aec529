import "./dom.ts";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AudioPhase, AudioStatus } from "@wavecraft/core";
import { describe, expect, test, vi } from "vitest";
import { AudioStatusBadge, BuildNotice, ConnectionBadge } from "../src/index.ts";

const RUNNING: AudioStatus = {
  phase: "runningFullDuplex",
  sample_rate: 44_100,
  buffer_size: 128,
  underruns: 0,
  overruns: 0,
  updated_at_ms: 0,
};

describe("ConnectionBadge", () => {
  test.each([
    ["connecting", "Connecting…"],
    ["connected", "Connected"],
    ["disconnected", "Disconnected"],
  ] as const)("%s reads %s", (status, words) => {
    render(<ConnectionBadge status={status} />);
    expect(screen.getByRole("status").textContent).toBe(words);
  });
});

describe("AudioStatusBadge", () => {
  test("shows nothing where the audio is the DAW's business", () => {
    const { container } = render(<AudioStatusBadge status={null} />);
    expect(container.textContent).toBe("");
  });

  test("each phase has words of its own", () => {
    const phases: AudioPhase[] = [
      "disabled",
      "initializing",
      "runningFullDuplex",
      "runningInputOnly",
      "degraded",
      "failed",
    ];
    const words = phases.map((phase) => {
      const { unmount } = render(<AudioStatusBadge status={{ ...RUNNING, phase }} />);
      const text = screen.getByRole("status").textContent;
      unmount();
      return text;
    });
    expect(new Set(words).size).toBe(phases.length);
  });

  test("rate and block size are written as musicians do", () => {
    render(<AudioStatusBadge status={RUNNING} />);
    expect(screen.getByRole("button").textContent).toBe("Audio running44.1 kHz / 128");
  });

  test("gaps are counted, and one is one", () => {
    render(<AudioStatusBadge status={{ ...RUNNING, underruns: 1 }} />);
    expect(screen.getByText("1 gap")).toBeTruthy();
  });

  test("what is wrong, and what to do, is one click away", async () => {
    const diagnostic = {
      code: "noOutputDevice",
      message: "No output device.",
      hint: "Connect one.",
    } as const;
    render(<AudioStatusBadge status={{ ...RUNNING, phase: "runningInputOnly", diagnostic }} />);
    const badge = screen.getByRole("button");
    const panel = document.getElementById(badge.getAttribute("aria-controls") ?? "");
    expect(panel?.hidden).toBe(true);
    await userEvent.click(badge);
    expect(badge.getAttribute("aria-expanded")).toBe("true");
    expect(panel?.hidden).toBe(false);
    expect(panel?.textContent).toContain("No output device.Connect one.");
    await userEvent.keyboard("{Escape}");
    expect(panel?.hidden).toBe(true);
  });
});

describe("BuildNotice", () => {
  test.each([null, { state: "ok" } as const])("%o needs no notice", (status) => {
    const { container } = render(<BuildNotice status={status} onDismiss={() => {}} />);
    expect(container.innerHTML).toBe("");
  });

  test("building is said discreetly", () => {
    render(<BuildNotice status={{ state: "building" }} onDismiss={() => {}} />);
    expect(screen.getByRole("status").textContent).toBe("Building…");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("a failure shows the first error until it is dismissed", async () => {
    const onDismiss = vi.fn();
    const message = "warning: a\n\nerror: b\n  c\n\nerror: d";
    render(<BuildNotice status={{ state: "failed", message }} onDismiss={onDismiss} />);
    expect(screen.getByRole("alert").querySelector("pre")?.textContent).toBe("error: b\n  c");
    await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(onDismiss).toHaveBeenCalledTimes(1);
  });

  test("a failure without a message says so", () => {
    render(<BuildNotice status={{ state: "failed" }} onDismiss={() => {}} />);
    expect(screen.getByRole("alert").textContent).toContain("did not say why");
  });
});
