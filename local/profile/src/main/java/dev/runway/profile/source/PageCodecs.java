package dev.runway.profile.source;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4Factory;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * How Parquet's pages are unpacked. Parquet's own way to a codec goes through Hadoop's
 * configuration, which would take another twenty megabytes of jars.
 */
final class PageCodecs implements CompressionCodecFactory {

  private interface Unpacking {
    byte[] unpack(byte[] packed, int plainSize) throws IOException;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("files are only read here");
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Decompressor(
        switch (codec) {
          case UNCOMPRESSED -> (packed, plainSize) -> packed;
          case SNAPPY -> (packed, plainSize) -> Snappy.uncompress(packed);
          case GZIP -> PageCodecs::gunzip;
          case ZSTD -> Zstd::decompress;
          case LZ4_RAW ->
              (packed, plainSize) ->
                  LZ4Factory.fastestJavaInstance().safeDecompressor().decompress(packed, plainSize);
          default ->
              throw new IllegalArgumentException(
                  "pages packed with "
                      + codec
                      + " cannot be read: write the file with SNAPPY, ZSTD, GZIP, LZ4_RAW or"
                      + " uncompressed");
        });
  }

  private static byte[] gunzip(byte[] packed, int plainSize) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(plainSize);
    }
  }

  @Override
  public void release() {}

  private record Decompressor(Unpacking unpacking) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput packed, int plainSize) throws IOException {
      return BytesInput.from(
          plain(packed.toInputStream().readNBytes((int) packed.size()), plainSize));
    }

    @Override
    public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int outSize)
        throws IOException {
      byte[] packed = new byte[inSize];
      in.get(packed);
      out.put(plain(packed, outSize));
    }

    private byte[] plain(byte[] packed, int plainSize) throws IOException {
      byte[] plain;
      try {
        plain = unpacking.unpack(packed, plainSize);
      } catch (RuntimeException e) {
        throw new IOException("a page cannot be unpacked: " + e.getMessage(), e);
      }
      if (plain.length != plainSize) {
        throw new IOException("a page of " + plain.length + " bytes, its header says " + plainSize);
      }
      return plain;
    }

    @Override
    public void release() {}
  }
}
