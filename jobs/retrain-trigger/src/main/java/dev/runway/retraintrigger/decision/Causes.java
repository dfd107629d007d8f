package dev.runway.retraintrigger.decision;

import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Cause;
import dev.runway.retraintrigger.state.CommandFile;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why the next command of an episode leaves; its id follows from that, and says whether it has. */
final class Causes {
  private final DecisionInputs inputs;
  private final VersionFile file;
  private final CommandBook book;

  Causes(DecisionInputs inputs, VersionFile file, CommandBook book) {
    this.inputs = inputs;
    this.file = file;
    this.book = book;
  }

  /**
   * The command that was sent and that the ledger has not answered, if it is still the one that is
   * wanted: it may have become a dead letter, or its topic was emptied. The same one once more
   * changes nothing where it did arrive.
   */
  @Nullable CommandFile unanswered(Action action) {
    CommandFile last = book.last(Objects.requireNonNull(file.episode), action);
    if (last == null || !last.isUnanswered(inputs.tickMillis())) {
      return null;
    }
    return command(of(action, last)) == last ? last : null;
  }

  /**
   * Commands of this cause that left after it had been decided, in a run of which no state is left:
   * what became of them is known, and yet they are still to leave. So they leave again, as they
   * were, and the ledger knows them.
   */
  List<CommandFile> heardOfOnly(Action action) {
    List<CommandFile> ahead = new ArrayList<>();
    int attempt = of(action, null).attempt();
    CommandFile heardOf = command(of(action, attempt));
    while (heardOf != null && heardOf.episode == null) {
      ahead.add(heardOf);
      attempt++;
      heardOf = command(of(action, attempt));
    }
    return ahead;
  }

  private @Nullable CommandFile command(Cause cause) {
    return inputs.dossier().commands.get(cause.id().toString());
  }

  /**
   * Why a command leaves.
   *
   * @param again null unless it is one that left before
   */
  Cause of(Action action, @Nullable CommandFile again) {
    CommandFile last = book.last(Objects.requireNonNull(file.episode), action);
    int next = last == null ? 1 : last.attempt + 1;
    return of(action, again == null ? next : again.attempt);
  }

  private Cause of(Action action, int attempt) {
    return new Cause(
        inputs.dossier().modelId,
        inputs.version(),
        action,
        action == Action.ROLLBACK
            ? RetrainCommand.ReasonClass.PERFORMANCE
            : Objects.requireNonNull(file.reasonClass),
        Objects.requireNonNull(file.episode),
        attempt,
        action == Action.ROLLBACK ? inputs.dossier().before(inputs.version()) : null);
  }
}
