package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.erasure.SubjectErasure;
import dev.runway.stack.flink.ArchiveTool;
import dev.runway.stack.flink.EntitySecret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Deletes a subject, or shows that it is gone. */
@Command(
    name = "forget",
    description = {
      "Deletes what is kept of a subject, by the entity_id of its predictions: their rows in the"
          + " archive with their outcomes and final truths, refused events that name it, and its id"
          + " among words of drift. Of topics, state and savepoints it says until when they hold it.",
      "Run it as often as you like. The id is kept nowhere: the audit log has a key that stands for"
          + " it. See docs/forget.md.",
      "Exit code 0 when nothing is left in the places that can be searched, 1 when something is."
    })
public final class ForgetCommand implements Callable<Integer> {
  private static final String FROM_INPUT = "-";

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "ENTITY",
      arity = "0..1",
      description =
          "Id of the subject; - reads it from standard input, for every user of the machine sees"
              + " arguments.")
  private @Nullable String entity;

  @Option(names = "--verify", description = "Searches every place anew and deletes nothing.")
  private boolean verify;

  @Option(
      names = "--again",
      description =
          "In place of ENTITY: deletes from the archive what came late or again of all subjects that"
              + " were forgotten before. A schedule asks for that once a day; the stack may be"
              + " down.")
  private boolean again;

  @Override
  public Integer call() throws Exception {
    if (again == (entity != null)) {
      throw refused("give the id of a subject, or --again for those that were forgotten before");
    }
    if (again) {
      return archive(verify ? "search" : "forget");
    }
    StackClient client = StackClient.open(runway.folder());
    SubjectErasure erasure =
        new SubjectErasure(
            runway.installation(),
            client,
            URI.create(Addresses.control(client.ports())),
            InstantSource.system(),
            Console.standard());
    return erasure.run(id(), verify) ? 0 : 1;
  }

  private int archive(String verb) throws IOException, InterruptedException {
    return new ArchiveTool(runway.installation(), runway.folder())
        .run(
            Topic.LIVE,
            verb,
            List.of("--secret-file", EntitySecret.file(runway.folder()).toString()));
  }

  private String id() throws IOException {
    String id =
        FROM_INPUT.equals(entity)
            ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip()
            : String.valueOf(entity);
    if (id.isEmpty()) {
      throw refused("the id of a subject is not empty");
    }
    return id;
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
