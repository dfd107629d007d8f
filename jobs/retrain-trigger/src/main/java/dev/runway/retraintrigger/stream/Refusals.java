package dev.runway.retraintrigger.stream;

import dev.runway.model.DeadLetter;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Dead letters that have not left yet. */
final class Refusals {
  private final List<DeadLetter> letters = new ArrayList<>();

  void add(DeadLetter letter) {
    letters.add(letter);
  }

  /** A reading of a model that nobody has registered. */
  void unknown(String model, SeenReading reading) {
    letters.add(
        reading.refused(
            new MalformedEvent(
                Reason.UNKNOWN_MODEL, "model_id", model + " has no document: register it")));
  }

  /** A version of which so much is known that no decision can hold it; others are judged. */
  void tooLarge(Dossier dossier, String version, long appendedAtMillis) {
    byte[] stored = StoredValue.write(dossier);
    letters.add(
        DeadLetter.of(
            Dossiers.STATE,
            -1,
            -1,
            appendedAtMillis,
            stored,
            new MalformedEvent(
                Reason.TOO_LARGE,
                null,
                "%s of %s cannot be judged: what is known of it is more than %d bytes"
                    .formatted(version, dossier.modelId, Limits.MAX_INPUTS_BYTES))));
  }

  /** Lets all of them go. */
  void drainTo(Consumer<DeadLetter> out) {
    letters.forEach(out);
    letters.clear();
  }
}
