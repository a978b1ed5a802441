package io.inkstream.modelserver.compositing;

/** The exact ink box of one glyph in pixels of its line image; a glyph without ink has width and height 0. */
public record InkBox(int left, int top, int width, int height) {}
