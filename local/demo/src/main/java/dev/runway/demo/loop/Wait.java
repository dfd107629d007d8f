package dev.runway.demo.loop;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Waits, while what is said on the topics is heard. */
interface Wait {
  /**
   * Returns when it is so.
   *
   * @param what for whoever asks why nothing happens
   * @throws IOException when it does not become so
   */
  void until(String what, BooleanSupplier done) throws IOException, InterruptedException;
}
