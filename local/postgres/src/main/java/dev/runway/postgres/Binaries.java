package dev.runway.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The server's programs, unpacked once per archive into a folder named after its hash. */
final class Binaries {

  /** Of the archive in version 18.6.0; another version needs another hash here. */
  static final String SHA_256 = "63999c2914366d62c68e51794e597588c336e75ed2958d53c558e8deca5e13fc";

  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  private Binaries() {}

  /**
   * Unpacks the programs unless they are there.
   *
   * <p>A folder with the final name is always whole: unpacking goes to a folder of another name,
   * which is renamed at the end, so neither a kill nor a second starter leaves half a server.
   *
   * @param root folder that holds one folder per archive
   * @return folder with bin, lib and share
   * @throws PostgresException if the platform is not Linux on x86-64 or the archive is not the one
   *     this class was written for
   */
  static Path install(Path root, RunAs user) throws IOException {
    Path home = root.resolve(SHA_256);
    if (Files.isDirectory(home)) {
      return home;
    }
    byte[] archive = verifiedArchive();
    if (!Files.isDirectory(root)) {
      Folders.makePrivate(root);
      user.own(root);
    }
    Path fresh = Folders.makePrivate(root.resolve(SHA_256 + "-" + UUID.randomUUID()));
    unpack(archive, fresh, user);
    user.own(fresh);
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      Folders.remove(fresh); // Another starter was faster; its folder is as good.
    }
    return home;
  }

  private static byte[] verifiedArchive() throws IOException {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64")) {
      throw new PostgresException("PostgreSQL comes for Linux on x86-64, not for " + platform);
    }
    try (InputStream stream = Binaries.class.getResourceAsStream(ARCHIVE)) {
      if (stream == null) {
        throw new PostgresException("no " + ARCHIVE + " on the class path");
      }
      byte[] archive = stream.readAllBytes();
      String hash = HexFormat.of().formatHex(sha256().digest(archive));
      if (!hash.equals(SHA_256)) {
        throw new PostgresException(ARCHIVE + " has SHA-256 " + hash + " and not " + SHA_256);
      }
      return archive;
    }
  }

  private static void unpack(byte[] archive, Path target, RunAs user) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new PostgresException("the archive reaches outside its folder: " + entry.getName());
        }
        unpack(tar, entry, path);
        user.own(path);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      return;
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    Files.setPosixFilePermissions(path, permissions((entry.getMode() & 0100) != 0));
  }

  private static Set<PosixFilePermission> permissions(boolean program) {
    return PosixFilePermissions.fromString(program ? "rwx------" : "rw-------");
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
