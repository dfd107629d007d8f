package dev.runway.control.outbox;

import dev.runway.control.database.Database;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;

/** Records of topics that are none of their kind, on their way to where the dead letters go. */
public final class DeadLetters {
  private DeadLetters() {}

  /**
   * Puts one into the outbox.
   *
   * @param by who could not read it
   * @param requestId of whoever sent it, which goes on with it; else its place
   */
  public static void bury(Database database, String by, DeadLetter letter, String requestId) {
    String place = letter.topic() + "/" + letter.partition() + "/" + letter.offset();
    database.write(
        sql -> {
          new Change(sql, by, requestId)
              .publish(
                  Topic.DEAD_LETTERS,
                  place.getBytes(StandardCharsets.UTF_8),
                  DeadLetterCodec.write(letter));
          return place;
        });
  }
}
