package dev.runway.groundtruth.archive;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Zstd for Parquet's pages. Parquet's own way to a codec goes through Hadoop's configuration, which
 * would take another twenty megabytes of jars.
 */
final class ZstdPages implements CompressionCodecFactory {
  /** Zstd's own default. */
  private static final int LEVEL = 3;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    requireZstd(codec);
    return new Compressor();
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    requireZstd(codec);
    return new Decompressor();
  }

  private static void requireZstd(CompressionCodecName codec) {
    if (codec != CompressionCodecName.ZSTD) {
      throw new IllegalArgumentException("the archive is written with ZSTD, found " + codec);
    }
  }

  @Override
  public void release() {}

  private static byte[] bytes(BytesInput input) throws IOException {
    return input.toInputStream().readNBytes((int) input.size());
  }

  private static final class Compressor implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput plain) throws IOException {
      return BytesInput.from(Zstd.compress(bytes(plain), LEVEL));
    }

    @Override
    public CompressionCodecName getCodecName() {
      return CompressionCodecName.ZSTD;
    }

    @Override
    public void release() {}
  }

  private static final class Decompressor implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput compressed, int plainSize) throws IOException {
      return BytesInput.from(Zstd.decompress(bytes(compressed), plainSize));
    }

    @Override
    public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int outSize)
        throws IOException {
      byte[] compressed = new byte[inSize];
      in.get(compressed);
      out.put(Zstd.decompress(compressed, outSize));
    }

    @Override
    public void release() {}
  }
}
