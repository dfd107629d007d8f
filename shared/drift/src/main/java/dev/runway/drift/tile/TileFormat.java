package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.profile.SketchImages;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of tiles. Every version stays readable; a tile that was read is written in its
 * own version again until a newer one is added to it.
 *
 * <p>The version, the shape, the events; then by feature the values of another type, the counts as
 * {@link Bins}, and of a numeric feature its sums and, if the shape has sketches, one image with
 * its length; of a categorical one whether there were words outside of the vocabulary, and these.
 * All whole numbers are varints.
 *
 * <p>In version 1 the fingerprint is a hash of the profile's document as it was written then, since
 * 2 it is {@link Fingerprint}. Since 3 the words outside of the vocabulary say how many rows had
 * one that the reference never had.
 */
final class TileFormat {

  /** The newest. */
  static final int VERSION = 3;

  /** The first with rows of new words. */
  static final int WITH_NEW_WORDS = 3;

  /** Its fingerprint is another one than that of all later versions. */
  static final int OLDEST = 1;

  private TileFormat() {}

  static void write(DataOutput out, Tile tile) throws IOException {
    TileShape shape = tile.shape();
    out.writeByte(shape.version());
    shape.write(out);
    Varints.writeUnsigned(out, tile.events);
    for (int i = 0; i < shape.size(); i++) {
      Varints.writeUnsigned(out, tile.mistyped[i]);
      Bins.write(out, tile.counts, shape.offset(i), shape.offset(i + 1));
      if (shape.numeric(i)) {
        tile.sums.write(out, i);
        if (shape.sketches()) {
          writeSketch(out, tile.sketches[i]);
        }
      } else {
        Strangers known = tile.strangers[i];
        out.writeBoolean(known != null);
        if (known != null) {
          known.write(out, shape.version());
        }
      }
    }
  }

  private static void writeSketch(DataOutput out, @Nullable KllFloatsSketch sketch)
      throws IOException {
    byte[] image = sketch == null ? new byte[0] : sketch.toByteArray();
    Varints.writeUnsigned(out, image.length);
    out.write(image);
  }

  static Tile read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < OLDEST || version > VERSION) {
      throw new IOException("tile of version " + version + ", the newest known is " + VERSION);
    }
    Tile tile = new Tile(TileShape.read(in, version), null);
    tile.events = Bins.nonNegative(Varints.readUnsigned(in));
    for (int i = 0; i < tile.size(); i++) {
      try {
        readFeature(in, tile, i);
      } catch (EOFException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException("feature " + i + ": " + e.getMessage(), e);
      }
    }
    return tile;
  }

  private static void readFeature(DataInput in, Tile tile, int feature) throws IOException {
    TileShape shape = tile.shape();
    tile.mistyped[feature] = Bins.nonNegative(Varints.readUnsigned(in));
    Bins.read(in, tile.counts, shape.offset(feature), shape.offset(feature + 1));
    long total = tile.mistyped[feature];
    for (int i = shape.offset(feature); i < shape.offset(feature + 1); i++) {
      // One by one, so that no sum of damaged counts can wrap.
      total += Bins.nonNegative(tile.counts[i]);
      if (total < 0 || total > tile.events) {
        throw new IOException("more values than " + tile.events + " events");
      }
    }
    if (shape.numeric(feature)) {
      tile.sums.read(in, feature);
      if (shape.sketches()) {
        tile.sketches[feature] = readSketch(in);
      }
    } else if (in.readBoolean()) {
      tile.strangers[feature] = Strangers.read(in, shape.bins(feature) - 1, shape.version());
    }
  }

  private static @Nullable KllFloatsSketch readSketch(DataInput in) throws IOException {
    byte[] image = new byte[Varints.readIndex(in, SketchImages.MAX_BYTES, "bytes of a sketch:")];
    in.readFully(image);
    try {
      return image.length == 0 ? null : SketchImages.read(image);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
