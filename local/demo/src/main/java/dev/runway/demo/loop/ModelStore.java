package dev.runway.demo.loop;

import dev.runway.demo.train.LogisticModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Trained models as files; the registry knows them by the address of theirs. */
final class ModelStore {
  private final Path folder;

  ModelStore(Path folder) {
    this.folder = folder;
  }

  /** Keeps a model; what is there under its name is replaced as a whole. */
  URI keep(String modelId, String version, LogisticModel model) throws IOException {
    Path file = folder.resolve(modelId).resolve(version + ".model");
    Files.createDirectories(file.getParent());
    Path partial = file.resolveSibling(version + ".partial");
    Files.write(partial, model.lines());
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return file.toUri();
  }

  /** The model at an address. */
  static LogisticModel load(URI address) throws IOException {
    return LogisticModel.of(Files.readAllLines(Path.of(address)));
  }
}
