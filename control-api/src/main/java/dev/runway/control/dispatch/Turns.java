package dev.runway.control.dispatch;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Whose turn it is to be handed in, of those that were granted and those whose answer was unclear.
 *
 * <p>One that alone may be at fault lets those go first that were not tried yet. Where it is the
 * scheduler that is away, rank alone counts, as if nobody had been tried: else an outage would turn
 * the queue round. Which of the two it is an answer tells no more than likely; so every fifth try
 * is of another one. If that is taken, those that were not are suspect: each is tried once more in
 * its rank, for the outage may just have ended. One that fails then goes behind the others, and is
 * at fault for sure once another is taken after that; if one that nothing spoke against fails
 * first, it is the scheduler after all.
 *
 * <p>In memory alone: whoever takes over finds it out anew.
 */
final class Turns {
  private static final int ANOTHER_EVERY = 5;

  private static final Comparator<UUID> AS_THE_DATABASE = Comparator.comparing(UUID::toString);

  /** Since one was taken. */
  private final Set<UUID> failed = new HashSet<>();

  /** These failed before another one was taken. */
  private final Set<UUID> suspects = new HashSet<>();

  /** And these did so once more, and nobody was taken since. */
  private final Set<UUID> doubted = new HashSet<>();

  /** When those that are doubted, or at fault, may be tried again. */
  private final Map<UUID, Instant> behindUntil = new HashMap<>();

  private int tries;
  private boolean another;

  /** Forgets commands that have ended, or that somebody else has looked after since. */
  void retain(Collection<UUID> active) {
    failed.retainAll(active);
    suspects.retainAll(active);
    doubted.retainAll(active);
    behindUntil.keySet().retainAll(active);
  }

  /** Whether one may be tried now, as far as that is known here alone. */
  boolean mayGo(ActiveCommand command, Instant now) {
    return !behindUntil.getOrDefault(command.id(), Instant.MIN).isAfter(now);
  }

  /** Whether others are taken and this one is not: then that says nothing of the scheduler. */
  boolean isAtFault(UUID id) {
    return behindUntil.containsKey(id) && !doubted.contains(id);
  }

  /** The one to hand in next. */
  Optional<ActiveCommand> next(List<ActiveCommand> candidates) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    List<ActiveCommand> inOrder =
        candidates.stream()
            .sorted(
                Comparator.comparing(this::turn)
                    .thenComparing(ActiveCommand::rankAt)
                    .thenComparing(ActiveCommand::id, AS_THE_DATABASE))
            .toList();
    int place = tries % ANOTHER_EVERY == 0 ? tries / ANOTHER_EVERY % inOrder.size() : 0;
    another = place > 0;
    return Optional.of(inOrder.get(place));
  }

  private Instant turn(ActiveCommand command) {
    Instant behind = behindUntil.getOrDefault(command.id(), Instant.MIN);
    return behind.isAfter(command.turn()) ? behind : command.turn();
  }

  /**
   * It looked as if the scheduler was away; this one is tried again in its turn.
   *
   * @param again when it may be, should it be at fault itself
   */
  void failed(UUID id, Instant again) {
    if (suspects.remove(id)) {
      doubted.add(id);
      behindUntil.put(id, again);
    } else if (behindUntil.containsKey(id)) {
      behindUntil.put(id, again);
    } else {
      itIsTheScheduler();
      failed.add(id);
      tries++;
    }
  }

  /** It is away for sure, and has taken nothing: that says nothing of who is at fault. */
  void away() {
    itIsTheScheduler();
    tries = 0;
  }

  private void itIsTheScheduler() {
    failed.addAll(suspects);
    failed.addAll(doubted);
    behindUntil.keySet().removeAll(doubted);
    suspects.clear();
    doubted.clear();
  }

  /** The scheduler has said what it wants of one. */
  void answered(UUID id) {
    failed.remove(id);
    suspects.remove(id);
    behindUntil.remove(id);
    doubted.clear();
    if (another) {
      suspects.addAll(failed);
    }
    failed.clear();
    tries = 0;
    another = false;
  }
}
