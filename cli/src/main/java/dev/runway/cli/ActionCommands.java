package dev.runway.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Makes a command of an action: what can be typed, and what then happens. */
final class ActionCommands {
  static final String SERVER = "--server";
  static final String TOKEN_FILE = "--token-file";
  static final String JSON = "--json";
  static final String LIMIT = "--limit";
  static final String ALL = "--all";
  static final String FILE = "--file";
  static final String KEY = "--idempotency-key";
  static final String SINCE = "--since";
  static final String HEAD = "--head";
  static final String PUBLIC_KEY = "--public-key";

  private final Target.Finder targets;

  ActionCommands(Target.Finder targets) {
    this.targets = targets;
  }

  /** A command that does an action by itself, and to which others can be added. */
  CommandSpec command(Action action, String name, String description) {
    return spec(action, name, description, true);
  }

  /** Adds an action under its own name. */
  void addTo(CommandSpec group, Action action) {
    group.addSubcommand(action.name(), spec(action, action.name(), action.description(), false));
  }

  private CommandSpec spec(Action action, String name, String description, boolean group) {
    CommandSpec[] self = new CommandSpec[1];
    Callable<Integer> work = () -> new ActionRun(action, self[0], targets).call();
    CommandSpec spec = CommandSpec.wrapWithoutInspection(work).name(name);
    self[0] = spec;
    spec.usageMessage().description(description);
    if (group) {
      spec.usageMessage().synopsisSubcommandLabel("[ACTION]");
    }
    for (int i = 0; i < action.arguments().size(); i++) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index(Integer.toString(i))
              // Of a group only its own action needs them, which looks itself.
              .arity(group ? "0..1" : "1")
              .required(!group)
              .paramLabel(label(action.arguments().get(i)))
              .type(String.class)
              .build());
    }
    action.query().forEach(field -> spec.addOption(option(field)));
    action.fields().forEach(field -> spec.addOption(option(field)));
    addCommon(action, spec);
    // Not the usual pair: a --version is a model's here.
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .type(Boolean.class)
            .arity("0")
            .description("Shows this help and ends.")
            .build());
    return spec;
  }

  static String label(String argument) {
    return argument.toUpperCase(Locale.ROOT).replace('_', '-');
  }

  private static void addCommon(Action action, CommandSpec spec) {
    if (action.takesFile()) {
      spec.addOption(
          OptionSpec.builder("-f", FILE)
              .paramLabel("FILE")
              .type(String.class)
              .description("The body, as JSON or YAML; - for standard input.")
              .build());
    }
    if (action.takesKeptHead()) {
      spec.addOption(
          file(HEAD, "A head that was kept; the chain is intact only if it still contains that."));
      spec.addOption(
          file(PUBLIC_KEY, "PEM with the public key that this head must be signed with."));
    }
    if (action.isRepeatable()) {
      spec.addOption(
          text(KEY, "KEY", "The same key again makes nothing a second time. Default: a new one."));
    }
    if (action.isPaged()) {
      spec.addOption(
          OptionSpec.builder(LIMIT)
              .paramLabel("N")
              .type(Integer.class)
              .description("So many at most. Default: 50.")
              .build());
      spec.addOption(flag(ALL, "Whatever there is."));
    }
    if (action.kind() == Action.Kind.LISTEN) {
      spec.addOption(
          OptionSpec.builder(SINCE)
              .paramLabel("N")
              .type(Long.class)
              .description("From the change behind this number; 0 for all. Default: from now on.")
              .build());
    }
    spec.addOption(flag(JSON, "Prints what the API answers."));
    spec.addOption(
        text(
            SERVER,
            "URL",
            "Which API. Default: " + Target.SERVER + ", else the one of the stack."));
    spec.addOption(
        file(
            TOKEN_FILE,
            "File with the token. Default: "
                + Target.TOKEN
                + ", "
                + Target.TOKEN_FILE
                + ", else that of the stack."));
  }

  private static OptionSpec file(String name, String description) {
    return OptionSpec.builder(name)
        .paramLabel("FILE")
        .type(Path.class)
        .description(description)
        .build();
  }

  private static OptionSpec option(Field field) {
    if (field.form() == Field.Form.WORD) {
      return flag(field.option(), field.description());
    }
    OptionSpec.Builder option =
        OptionSpec.builder(field.option())
            .paramLabel(
                field.words().isEmpty()
                    ? label(field.option().substring(2))
                    : String.join("|", field.words()))
            .description(field.description());
    if (!field.words().isEmpty()) {
      option.completionCandidates(field.words());
    }
    return field.form().comesAgain()
        ? option.type(List.class).auxiliaryTypes(String.class).arity("1").build()
        : option.type(String.class).build();
  }

  private static OptionSpec text(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(Boolean.class).arity("0").description(description).build();
  }
}
