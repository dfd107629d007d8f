/** What depends on what: nodes, dependencies without cycles, and what a change would touch. */
@NullMarked
package dev.runway.control.graph;

import org.jspecify.annotations.NullMarked;
