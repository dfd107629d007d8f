package dev.runway.bench.fleet;

import dev.runway.control.ledger.Move;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.UUID;

/** Persons who approve and a scheduler that trains, each in its own time. */
final class Scheduler {
  private static final long MINUTE = 60_000;

  private final LedgerDesk desk;
  private final SplittableRandom random;
  private final PriorityQueue<Deed> deeds =
      new PriorityQueue<>(Comparator.comparingLong(Deed::atMillis).thenComparing(Deed::command));

  /** Something that will be done. */
  private record Deed(long atMillis, UUID command, State to) {}

  Scheduler(LedgerDesk desk, SplittableRandom random) {
    this.desk = desk;
    this.random = random;
  }

  /** Sees what the ledger says of a command. */
  void take(RetrainStatus status, RetrainCommand command) {
    UUID id = command.commandId();
    long now = status.atMillis();
    switch (status.state()) {
      case AWAITING_APPROVAL -> {
        int within = command.urgency().tier() == 1 ? 90 : 8 * 60;
        State word = random.nextInt(20) == 0 ? State.REFUSED : State.GRANTED;
        deeds.add(new Deed(now + (5 + random.nextInt(within)) * MINUTE, id, word));
      }
      case GRANTED -> deeds.add(new Deed(now + MINUTE, id, State.SUBMITTED));
      case SUBMITTED -> deeds.add(new Deed(now + MINUTE, id, State.RUNNING));
      case RUNNING -> {
        State end = random.nextInt(12) == 0 ? State.FAILED : State.SUCCEEDED;
        deeds.add(new Deed(now + (60 + random.nextInt(240)) * MINUTE, id, end));
      }
      default -> {
        // It waits, or has ended.
      }
    }
  }

  /** Does what is due; whether there was anything. */
  boolean work(long nowMillis, Books books) {
    boolean any = false;
    for (Deed deed = deeds.peek(); deed != null; deed = deeds.peek()) {
      if (deed.atMillis() > nowMillis) {
        break;
      }
      deeds.remove();
      any = true;
      doIt(deed, books);
    }
    return any;
  }

  private void doIt(Deed deed, Books books) {
    UUID id = deed.command();
    switch (deed.to()) {
      case GRANTED -> {
        if (books.waitsForPerson(id)) {
          desk.approve(id);
        }
      }
      case REFUSED ->
          desk.move(
              Move.of(id, State.REFUSED, State.AWAITING_APPROVAL).because("rejected: by ada"));
      case SUBMITTED -> desk.move(Move.of(id, State.SUBMITTED, State.GRANTED));
      case RUNNING -> desk.move(Move.of(id, State.RUNNING, State.SUBMITTED).run("sim", "r-" + id));
      case FAILED ->
          desk.move(Move.of(id, State.FAILED, State.RUNNING).because("run_failed: no nodes"));
      default ->
          desk.move(
              Move.of(id, State.SUCCEEDED, State.RUNNING).ended("next", 40 + random.nextInt(20)));
    }
  }
}
