"""Charts of the pages, as inline SVG.

They are drawn by matplotlib with ``svg.fonttype: none``: text stays text (searchable, in the reader's font, sharp
in print), nothing has to run in the reader's browser, a page is about one megabyte, and import and drawing take
about three seconds. Compiled Vega-Lite looks as good, but its compiler is a 30 MB JavaScript engine, and the
uncompiled one puts a megabyte of script on every page and leaves a blank sheet without JavaScript. The one
interaction that helps, the numbers under the pointer, needs no chart library: shapes carry a ``<title>``, and a few
lines of script show it at once.

Charts that span the page are drawn twice, for wide and for narrow screens, so that their letters are readable on both.
"""
