/**
 * Reads what the running stack says, merges windows into groups, and writes it as table and JSON.
 */
@NullMarked
package dev.runway.demo.result;

import org.jspecify.annotations.NullMarked;
