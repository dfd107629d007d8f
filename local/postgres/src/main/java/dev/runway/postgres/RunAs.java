package dev.runway.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the server's programs get a user who is not root, which PostgreSQL insists on. */
enum RunAs {
  /** The caller is not root: nothing to do. */
  CALLER(List.of()),
  /** A user namespace: the programs see an unnamed user, the files stay root's. */
  USER_NAMESPACE(List.of("unshare", "-U")),
  /** The user nobody, for containers that forbid user namespaces; it owns the server's files. */
  NOBODY(
      List.of(
          "setpriv", "--reuid=" + RunAs.NOBODY_ID, "--regid=" + RunAs.NOBODY_ID, "--clear-groups"));

  /** The id every Linux gives to nobody, by number because the name's group differs. */
  static final int NOBODY_ID = 65_534;

  @SuppressWarnings("ImmutableEnumChecker") // Always made by List.of.
  private final List<String> prefix;

  RunAs(List<String> prefix) {
    this.prefix = prefix;
  }

  /**
   * The first way that works here.
   *
   * @throws PostgresException if the caller is root and neither way works
   */
  static RunAs choose() {
    if (callerId() != 0) {
      return CALLER;
    }
    List<String> tried = new ArrayList<>();
    for (RunAs way : List.of(USER_NAMESPACE, NOBODY)) {
      Programs.Ended ended = Programs.run(way.command(List.of("id", "-u")));
      if (ended.succeeded() && !ended.output().strip().equals("0")) {
        return way;
      }
      tried.add(way.prefix + " ended with " + ended.code() + ": " + ended.output().strip());
    }
    throw new PostgresException(
        "PostgreSQL does not run as root, and there is no way to another user here."
            + " Run as a normal user, or allow user namespaces, or install util-linux (setpriv)."
            + " Tried: "
            + tried);
  }

  /** Numeric user id of this JVM. */
  static int callerId() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new PostgresException("cannot read the user id of this process from /proc/self", e);
    }
  }

  /** The command line that runs {@code program} as the chosen user, in the same process. */
  List<String> command(List<String> program) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(program);
    return List.copyOf(line);
  }

  /** Whether the chosen user can enter a folder of the caller. */
  boolean reaches(Path folder) {
    return this != NOBODY
        || Programs.run(command(List.of("test", "-x", folder.toString()))).succeeded();
  }

  /** Gives a file or folder, without what is in it, to the chosen user. */
  void own(Path path) throws IOException {
    if (this == NOBODY) {
      Files.setAttribute(path, "unix:uid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
