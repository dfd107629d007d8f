@NullMarked
package dev.runway.demo.drift;

import org.jspecify.annotations.NullMarked;
