package dev.runway.control.security;

import com.sun.security.auth.module.UnixSystem;
import dev.runway.control.options.ControlOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The token of an API that runs for one person on one machine. */
public final class DemoToken {
  private static final Subject WHO = new Subject(Subject.DEMO, Set.of(Role.ADMIN), Set.of(), null);

  private static final Set<PosixFilePermission> OWN_ALONE =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final String text;
  private final byte[] hash;

  private DemoToken(String text) {
    this.text = text;
    this.hash = TokenText.hash(text);
  }

  /**
   * The demo's token, drawn now or taken from its file; null when this is no demo.
   *
   * @throws IllegalArgumentException if the file is not one that only this process's user can use
   */
  public static @Nullable DemoToken of(ControlOptions.Demo demo) {
    if (!demo.on()) {
      return null;
    }
    Path file = demo.tokenFile();
    try {
      if (file == null) {
        return new DemoToken(TokenText.draw());
      }
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return kept(file);
      }
      DemoToken drawn = new DemoToken(TokenText.draw());
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWN_ALONE));
      Files.writeString(file, drawn.text);
      return drawn;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the demo's token in " + file, e);
    }
  }

  /** One that somebody else could have put there, or read, would make an administrator of them. */
  private static DemoToken kept(Path file) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()
        || !attributes.permissions().equals(OWN_ALONE)
        || !owner.equals((int) new UnixSystem().getUid())) {
      throw new IllegalArgumentException(
          file + " must be a file of our own with mode 600: look at it, then remove it");
    }
    String kept = Files.readString(file).strip();
    if (!TokenText.isOne(kept)) {
      throw new IllegalArgumentException(
          file + " holds something else than a token: name another file, or remove it");
    }
    return new DemoToken(kept);
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
