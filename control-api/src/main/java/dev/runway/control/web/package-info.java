/** The page: its files, and what a browser may do with them. */
@NullMarked
package dev.runway.control.web;

import org.jspecify.annotations.NullMarked;
