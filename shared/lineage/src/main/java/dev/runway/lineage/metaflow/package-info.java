/** What Metaflow knows of flows, read from its own files. */
@NullMarked
package dev.runway.lineage.metaflow;

import org.jspecify.annotations.NullMarked;
