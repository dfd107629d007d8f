package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.ComponentState;
import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.StackState;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Shows how components come up or go down: one line each. */
final class StartProgress {

  private final Console console;
  private final long sinceNanos = System.nanoTime();
  private final Map<String, ComponentState> shown = new HashMap<>();
  private int notes;

  StartProgress(Console console, int notesAlreadyKnown) {
    this.console = console;
    this.notes = notesAlreadyKnown;
  }

  void show(StackState state) {
    if (console.isTerminal()) {
      // Notes stay, whole: they say what a job goes on from, and the block cuts long lines.
      notes(state);
      console.redraw(state.components().stream().map(this::line).toList());
    } else {
      plain(state);
      notes(state);
    }
  }

  private void plain(StackState state) {
    for (ComponentState component : state.components()) {
      ComponentState before = shown.put(component.name(), component);
      boolean news =
          before == null
              ? component.status() != Status.WAITING
              : before.status() != component.status() || before.restarts() != component.restarts();
      if (news) {
        console.line(line(component));
      }
    }
  }

  private void notes(StackState state) {
    for (; notes < state.notes().size(); notes++) {
      console.lineAbove("  note: " + state.notes().get(notes));
    }
  }

  private String line(ComponentState component) {
    double seconds = (System.nanoTime() - sinceNanos) / 1e9;
    return String.format(
        Locale.ROOT,
        "  %5.1f s  %-24s %-10s %s",
        seconds,
        component.name(),
        component.status().name().toLowerCase(Locale.ROOT),
        what(component));
  }

  private static String what(ComponentState component) {
    StringBuilder text = new StringBuilder();
    if (component.port() != 0) {
      text.append("127.0.0.1:").append(component.port()).append(' ');
    }
    if (component.detail() != null) {
      text.append(component.detail()).append(' ');
    }
    if (!component.up() && component.lastError() != null) {
      text.append(component.lastError());
    }
    return text.toString().strip();
  }
}
