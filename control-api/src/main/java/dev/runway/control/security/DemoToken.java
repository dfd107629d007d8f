package dev.runway.control.security;

import dev.runway.control.options.ControlOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The token of an API that runs for one person on one machine. */
public final class DemoToken {
  private static final Subject WHO = new Subject("demo", Set.of(Role.ADMIN), Set.of(), null);

  private final String text;
  private final byte[] hash;

  private DemoToken(String text) {
    this.text = text;
    this.hash = TokenText.hash(text);
  }

  /** The demo's token, drawn now or taken from its file; null when this is no demo. */
  public static @Nullable DemoToken of(ControlOptions.Demo demo) {
    if (!demo.on()) {
      return null;
    }
    Path file = demo.tokenFile();
    try {
      if (file == null) {
        return new DemoToken(TokenText.draw());
      }
      if (Files.exists(file)) {
        String kept = Files.readString(file).strip();
        if (TokenText.isOne(kept)) {
          return new DemoToken(kept);
        }
      }
      DemoToken drawn = new DemoToken(TokenText.draw());
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, drawn.text);
      return drawn;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the demo's token in " + file, e);
    }
  }

  /** As it is printed. */
  public String text() {
    return text;
  }

  /** Who has it; null for another token. */
  @Nullable Subject subject(byte[] tokenHash) {
    return MessageDigest.isEqual(hash, tokenHash) ? WHO : null;
  }
}
