package dev.runway.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Passwords of database roles: one file per role, mode 0600, in a folder of mode 0700.
 *
 * @param folder made when the first password is asked for
 */
public record Secrets(Path folder) {

  private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int BYTES = 24;

  /**
   * The password of a role: 192 random bits in 32 URL-safe characters, drawn when first asked for
   * and the same ever after.
   *
   * @throws IllegalArgumentException if the role is not a plain lower-case name
   * @throws UncheckedIOException if the file can be neither read nor written
   */
  public String password(String role) {
    if (!ROLE.matcher(role).matches()) {
      throw new IllegalArgumentException("not a role name: " + role);
    }
    Path file = folder.resolve(role);
    try {
      if (!Files.exists(file)) {
        draw(file);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the password of " + role + " in " + file, e);
    }
  }

  /** Whether the password of a role was drawn. */
  boolean has(String role) {
    return Files.exists(folder.resolve(role));
  }

  private void draw(Path file) throws IOException {
    Folders.makePrivate(folder);
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    Path fresh = folder.resolve("." + file.getFileName() + "-" + ProcessHandle.current().pid());
    Files.deleteIfExists(fresh);
    Folders.writePrivate(fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    // A reader sees no password or a whole one, also when the machine stops in between.
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
