package dev.runway.stack.supervisor;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The supervisor's process. {@code SupervisorMain <folder> [options]}; SIGTERM ends the whole
 * stack. Exit code 0 after a clean end (143 when the end was asked for by SIGTERM), 1 when the
 * stack could not start or not end, 3 when another supervisor holds the folder.
 */
public final class SupervisorMain {

  private SupervisorMain() {}

  public static void main(String[] arguments) throws Exception {
    StackFolder folder = new StackFolder(Path.of(arguments[0]));
    folder.create();
    StackOptions options = StackOptions.of(List.of(arguments));
    try (FileChannel channel = openLock(folder);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        Journal.say("another supervisor holds " + folder.root());
        System.exit(3);
      }
      new Strays(folder).end();
      if (!OrphanStop.needed(folder)) {
        TemporaryFiles.sweepExcept(folder.tmp(), SupervisorLauncher.NAME);
      }
      Journal.say("supervisor " + ProcessHandle.current().pid() + " starts in " + folder.root());
      if (!supervise(new Supervisor(Installation.current(), folder, options))) {
        System.exit(1);
      }
    }
  }

  private static FileChannel openLock(StackFolder folder) throws IOException {
    return FileChannel.open(
        folder.run().resolve("supervisor.lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
  }

  private static boolean supervise(Supervisor supervisor) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread onSignal = new Thread(() -> endBySignal(supervisor, ended), "stop-stack");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      return supervisor.run();
    } finally {
      Journal.say("supervisor ends");
      ended.countDown();
    }
  }

  /** The JVM ends when its hooks have: this one waits for the whole shutdown. */
  private static void endBySignal(Supervisor supervisor, CountDownLatch ended) {
    supervisor.stop();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
