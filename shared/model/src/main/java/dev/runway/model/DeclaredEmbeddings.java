package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prediction and the embeddings that it rests on. They are not held by {@link Prediction}, so
 * that readers without use for them pay nothing.
 *
 * @param uses as its producer declares; two versions of one space are two entries
 */
public record DeclaredEmbeddings(Prediction prediction, List<EmbeddingUse> uses) {
  private static final byte[] FIELD = "\"embeddings\"".getBytes(StandardCharsets.US_ASCII);

  public DeclaredEmbeddings {
    uses = List.copyOf(uses);
  }

  /**
   * Reads a prediction's JSON form. What does not hold the field's name is not looked at further.
   *
   * @return null if it declares none
   * @throws MalformedEvent with the field at fault
   */
  public static @Nullable DeclaredEmbeddings read(byte @Nullable [] bytes) throws MalformedEvent {
    if (bytes == null || !holdsField(bytes)) {
      return null;
    }
    DeclaredEmbeddings declared = PredictionCodec.readDeclared(bytes);
    return declared.uses.isEmpty() ? null : declared;
  }

  private static boolean holdsField(byte[] bytes) {
    int last = bytes.length - FIELD.length;
    for (int at = 0; at <= last; at++) {
      // The second letter tells it from most names of fields.
      if (bytes[at + 1] == FIELD[1] && bytes[at] == FIELD[0] && isField(bytes, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isField(byte[] bytes, int from) {
    for (int i = 2; i < FIELD.length; i++) {
      if (bytes[from + i] != FIELD[i]) {
        return false;
      }
    }
    return true;
  }
}
