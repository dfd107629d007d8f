package dev.runway.driftmonitor.baseline;

import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.tile.TileLayout;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Profiles that several directories of a process hold: each directory reads the topic for itself,
 * for what one knows must not depend on how far another has read, but what they read is the same,
 * and is kept once. A profile goes when the last directory lets it go. For use by several threads;
 * asked for what changes, and not for events.
 */
final class SharedProfiles {
  private final Map<Written, WeakReference<Written>> known = new WeakHashMap<>();

  /** A profile as it was written, and its layouts once they were asked for. */
  static final class Written {
    private final byte[] json;
    private final int hash;
    private @Nullable SoftReference<TileLayout> plain;
    private @Nullable SoftReference<TileLayout> sketched;

    private Written(byte[] json) {
      this.json = json;
      this.hash = Arrays.hashCode(json);
    }

    /** Not to be changed. */
    byte[] json() {
      return json;
    }

    /**
     * Its layout, which is let go when the memory is needed and nobody counts by it: one of 100
     * numbers takes 0.5 MB, of 100 vocabularies of a hundred words 1.1 MB, and is made again in
     * milliseconds.
     */
    synchronized SoftReference<TileLayout> layout(boolean sketches) {
      SoftReference<TileLayout> made = sketches ? sketched : plain;
      if (made == null || made.get() == null) {
        try {
          made = new SoftReference<>(TileLayout.of(ProfileJson.read(json), sketches));
        } catch (MalformedProfile e) {
          throw new IllegalStateException("a profile that was read before: " + e.getMessage(), e);
        }
        if (sketches) {
          sketched = made;
        } else {
          plain = made;
        }
      }
      return made;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Written that && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** The one copy of a profile. */
  synchronized Written of(byte[] json) {
    Written asked = new Written(json);
    WeakReference<Written> reference = known.get(asked);
    Written found = reference == null ? null : reference.get();
    if (found != null) {
      return found;
    }
    known.put(asked, new WeakReference<>(asked));
    return asked;
  }
}
