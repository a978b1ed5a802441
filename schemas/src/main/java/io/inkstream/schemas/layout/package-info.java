/** What a document may ask of its images: layout options and output formats, each declared once. */
package io.inkstream.schemas.layout;
