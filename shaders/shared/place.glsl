/* SPDX-License-Identifier: BSD-2-Clause */
uint place_element(trl_place place, uint tile, uint row, uint column)
{
    column += place.rotate;
    if (column >= place.columns)
        column -= place.columns;
    return place.base + tile * place.tile_stride + row * place.row_stride +
           column * place.column_stride;
}
