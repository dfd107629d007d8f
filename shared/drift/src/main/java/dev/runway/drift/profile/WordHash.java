package dev.runway.drift.profile;

/** The hash of a word. Part of stored tiles and profiles: never changed. */
public final class WordHash {

  private WordHash() {}

  /** FNV-1a, finished so that the low bits depend on all. */
  public static long of(String word) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < word.length(); i++) {
      hash = (hash ^ word.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
    return hash ^ (hash >>> 32);
  }
}
