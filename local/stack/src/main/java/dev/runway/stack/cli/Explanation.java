package dev.runway.stack.cli;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** An error in words for the person who typed the command. */
final class Explanation {

  private Explanation() {}

  static String of(Throwable error) {
    if (interrupted(error)) {
      return "interrupted";
    }
    if (error instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (error instanceof AccessDeniedException denied) {
      return "not allowed: " + denied.getFile();
    }
    String message = error.getMessage();
    boolean expected = error instanceof IOException || error instanceof IllegalStateException;
    return expected && message != null
        ? message
        : error + "\n  this should not happen; --debug shows where it did";
  }

  /** Kafka's clients wrap it, and files have words of their own for it. */
  private static boolean interrupted(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause instanceof ClosedByInterruptException
          || cause instanceof FileLockInterruptionException) {
        return true;
      }
    }
    return false;
  }
}
