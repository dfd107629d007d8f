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
 * is of another one, and if that is taken, those that were not are at fault themselves.
 *
 * <p>In memory alone: whoever takes over finds it out anew.
 */
final class Turns {
  private static final int ANOTHER_EVERY = 5;

  private static final Comparator<UUID> AS_THE_DATABASE = Comparator.comparing(UUID::toString);

  /** Since one was taken. */
  private final Set<UUID> failed = new HashSet<>();

  private final Map<UUID, Instant> atFaultUntil = new HashMap<>();
  private int tries;
  private boolean another;

  /** Forgets commands that have ended, or that somebody else has looked after since. */
  void retain(Collection<UUID> active) {
    failed.retainAll(active);
    atFaultUntil.keySet().retainAll(active);
  }

  /** Whether one may be tried now, as far as that is known here alone. */
  boolean mayGo(ActiveCommand command, Instant now) {
    return !atFaultUntil.getOrDefault(command.id(), Instant.MIN).isAfter(now);
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
    Instant atFault = atFaultUntil.getOrDefault(command.id(), Instant.MIN);
    return atFault.isAfter(command.turn()) ? atFault : command.turn();
  }

  /** It looked as if the scheduler was away; this one is tried again in its turn. */
  void failed(UUID id) {
    failed.add(id);
    tries++;
  }

  /** It is away for sure, and has taken nothing: that says nothing of who is at fault. */
  void away() {
    tries = 0;
  }

  /**
   * The scheduler has said what it wants of one.
   *
   * @param again when those may be tried again that were passed over for it
   */
  void answered(UUID id, Instant again) {
    failed.remove(id);
    atFaultUntil.remove(id);
    if (another) {
      failed.forEach(each -> atFaultUntil.put(each, again));
    }
    failed.clear();
    tries = 0;
    another = false;
  }
}
