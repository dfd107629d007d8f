/**
 * HTTP: the contract, problems, strict bodies, and the one place where every request is checked.
 */
@NullMarked
package dev.runway.control.http;

import org.jspecify.annotations.NullMarked;
