package dev.runway.stack.flink;

import dev.runway.postgres.Secrets;
import dev.runway.stack.StackFolder;
import java.nio.file.Path;

/**
 * The secret of the keys that stand for subjects in the archive. The stack draws it for itself and
 * never changes it: with another one nobody would be found again.
 */
public final class EntitySecret {
  private static final String NAME = "entity_secret";

  private EntitySecret() {}

  /** Draws it if there is none yet; one thread at a time, for jobs are started side by side. */
  public static synchronized void draw(StackFolder folder) {
    new Secrets(folder.secrets()).password(NAME);
  }

  /** Where it is, readable by the owner alone. */
  public static Path file(StackFolder folder) {
    return folder.secrets().resolve(NAME);
  }
}
