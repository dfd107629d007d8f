package dev.runway.demo.loop;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a training has to know; it comes in a file, for the scheduler hands on nothing else.
 *
 * @param tokenFile with the token by which it registers
 * @param models folder of trained models
 * @param trainings by model
 * @param reversed models whose labels trainings read the wrong way round: a mistake that the act
 *     has them make
 */
record TrainerSettings(
    String bootstrapServers,
    String namespace,
    URI api,
    Path tokenFile,
    Path models,
    Map<String, LoopModel.Training> trainings,
    Set<String> reversed) {

  private static final String TRAINING = "training.";
  private static final String REVERSED = "reversed";

  TrainerSettings {
    trainings = Map.copyOf(trainings);
    reversed = Set.copyOf(reversed);
  }

  /** The same, with others whose labels are read the wrong way round. */
  TrainerSettings withReversed(Set<String> modelIds) {
    return new TrainerSettings(
        bootstrapServers, namespace, api, tokenFile, models, trainings, modelIds);
  }

  LoopModel.Training training(String modelId) {
    return Objects.requireNonNull(trainings.get(modelId), () -> "no training for " + modelId);
  }

  static TrainerSettings read(Path file) throws IOException {
    Properties all = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      all.load(reader);
    }
    Map<String, LoopModel.Training> trainings = new HashMap<>();
    for (String name : all.stringPropertyNames()) {
      if (name.startsWith(TRAINING)) {
        String[] fields = all.getProperty(name).split(",", -1);
        trainings.put(
            name.substring(TRAINING.length()),
            new LoopModel.Training(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                Double.parseDouble(fields[2]),
                Double.parseDouble(fields[3])));
      }
    }
    return new TrainerSettings(
        all.getProperty("bootstrap"),
        all.getProperty("namespace"),
        URI.create(all.getProperty("api")),
        Path.of(all.getProperty("token-file")),
        Path.of(all.getProperty("models")),
        trainings,
        Arrays.stream(all.getProperty(REVERSED, "").split(",", -1))
            .filter(model -> !model.isEmpty())
            .collect(Collectors.toSet()));
  }

  void write(Path file) throws IOException {
    Properties all = new Properties();
    all.setProperty("bootstrap", bootstrapServers);
    all.setProperty("namespace", namespace);
    all.setProperty("api", api.toString());
    all.setProperty("token-file", tokenFile.toString());
    all.setProperty("models", models.toString());
    all.setProperty(REVERSED, String.join(",", reversed));
    trainings.forEach(
        (model, how) ->
            all.setProperty(
                TRAINING + model,
                how.rows() + "," + how.heldOut() + "," + how.penalty() + "," + how.share()));
    Files.createDirectories(file.getParent());
    try (Writer writer = Files.newBufferedWriter(file)) {
      all.store(writer, "Written by the demo.");
    }
  }
}
