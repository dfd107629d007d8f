/** Events, keys, topics and strict codecs: the contract between Runway and everything around it. */
@NullMarked
package dev.runway.model;

import org.jspecify.annotations.NullMarked;
