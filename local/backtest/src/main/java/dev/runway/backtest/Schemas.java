package dev.runway.backtest;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which schema has the tables of a namespace. */
final class Schemas {
  private Schemas() {}

  static String of(String namespace, CommandSpec spec) {
    if (!namespace.matches("[a-z][a-z0-9-]{0,62}")) {
      throw new ParameterException(spec.commandLine(), namespace + " is no namespace");
    }
    return namespace.replace('-', '_');
  }
}
