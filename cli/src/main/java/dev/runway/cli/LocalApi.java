package dev.runway.cli;

import java.net.URI;
import java.nio.file.Path;

/**
 * The API of a stack on this machine.
 *
 * @param token file that holds its token
 */
public record LocalApi(URI address, Path token) {}
