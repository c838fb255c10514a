# SPDX-License-Identifier: LGPL-2.1-or-later
# Draws what a soak's processes held over the time: gnuplot -c plot.gp SAMPLES.csv FILE.svg
data = ARG1
image = ARG2
set datafile separator comma
set datafile columnheaders
set datafile missing NaN
stats data using (column("seconds")) nooutput
end = STATS_max
in_hours = end > 7000
unit = in_hours ? 3600.0 : 60.0

set terminal svg size 960,960 dynamic font 'sans-serif,12' noenhanced background rgb 'white'
set output image
set border 3 lc rgb '#555555'
set grid ytics back lt 1 lc rgb '#dddddd'
set tics nomirror
set xrange [0:end / unit]
set yrange [0:*]
set xlabel in_hours ? 'hours' : 'minutes'
set lmargin 10
set key top right horizontal

# The sides that there are samples of.
sides = ""
do for [side in "native wine"] {
    stats data using (strcol("side") eq side && strcol("state") eq "rest") nooutput
    if (STATS_max > 0) { sides = sides . " " . side }
}
count = words(sides)
if (count == 0) { exit error "no samples at rest" }
array colour[2] = ['#1565c0', '#ef6c00']
array light[2] = ['#90caf9', '#ffcc80']

when(is, was) = strcol("side") eq is && strcol("state") eq was ? column("seconds") / unit : NaN
# Nothing that is measured is 0: it has not been measured yet, or that side does not tell it.
held(name) = column(name) > 0 ? column(name) : NaN

set multiplot layout 3,2 columnsfirst
do for [panel in "private_kib heap_kib median_us descriptors threads p99_us"] {
    scale = panel eq "private_kib" || panel eq "heap_kib" ? 1024.0 : panel[strlen(panel) - 1:*] eq "us" ? 1000.0 : 1.0
    set title panel eq "private_kib" ? 'private memory (MiB)' : \
              panel eq "heap_kib" ? 'heap in use, at rest (MiB)' : \
              panel eq "median_us" ? 'change to callback, median (ms)' : \
              panel eq "p99_us" ? 'change to callback, 99th percentile (ms)' : panel
    count_busy = panel eq "private_kib" || scale == 1.0 ? count : 0
    set offsets 0, 0, graph 0.15, 0 # for the key
    if (panel eq "median_us" || panel eq "p99_us") {
        set logscale y
        set yrange [*:*]
    } else {
        unset logscale y
        set yrange [0:*]
    }
    plot for [i = 1:count_busy] data using (when(word(sides, i), "busy")):(held(panel) / scale) \
             with points pt 7 ps 0.25 lc rgb light[i] notitle, \
         for [i = 1:count] data using (when(word(sides, i), "rest")):(held(panel) / scale) \
             with lines lw 1.5 lc rgb colour[i] title word(sides, i)
}
unset multiplot
