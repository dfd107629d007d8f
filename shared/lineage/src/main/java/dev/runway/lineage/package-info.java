/** What depends on what, as tools tell it. */
@NullMarked
package dev.runway.lineage;

import org.jspecify.annotations.NullMarked;
