#include "model/users.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace rostersync::model {

namespace {

// Cell::bits, from the top: 2 bits presence, 22 bits size, 18 bits block, 20 bits offset in the block.
constexpr unsigned offset_bits = 20;
constexpr unsigned block_bits = 18;
constexpr unsigned size_bits = 22;
constexpr std::size_t block_size = std::size_t{1} << offset_bits;
constexpr std::size_t cache_line = 64;          // bytes, of most processors
constexpr std::size_t first_block_size = 4096;  // a small table costs little
constexpr std::uint64_t mask(unsigned bits) {
  return (std::uint64_t{1} << bits) - 1;
}

}  // namespace

Cell TextPool::add(Presence presence, std::string_view text) {
  if (text.size() > max_text) throw std::length_error("a text of more than 4 MiB");
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < text.size() || blocks_.back().used >= block_size) {
    const std::size_t grown = blocks_.empty() ? first_block_size : std::min(block_size, blocks_.back().size * 4);
    Block block;
    block.size = std::max(grown, text.size());
    block.data = std::make_unique_for_overwrite<char[]>(block.size);
    if (blocks_.size() > mask(block_bits)) throw std::length_error("more text than a table can hold");
    blocks_.push_back(std::move(block));
  }
  Block& block = blocks_.back();
  if (!text.empty()) std::memcpy(block.data.get() + block.used, text.data(), text.size());
  const std::uint64_t place = (static_cast<std::uint64_t>(blocks_.size() - 1) << offset_bits) | block.used;
  block.used += text.size();
  return Cell{(static_cast<std::uint64_t>(presence) << 62) |
              (static_cast<std::uint64_t>(text.size()) << (offset_bits + block_bits)) | place};
}

std::string_view TextPool::text(Cell cell) const {
  const std::size_t size = (cell.bits >> (offset_bits + block_bits)) & mask(size_bits);
  if (size == 0) return {};
  const std::size_t block = (cell.bits >> offset_bits) & mask(block_bits);
  return {blocks_[block].data.get() + (cell.bits & mask(offset_bits)), size};
}

std::size_t TextPool::bytes() const {
  std::size_t sum = blocks_.capacity() * sizeof(Block);
  for (const Block& block : blocks_) sum += block.size;
  return sum;
}

void TextPool::clear() {
  if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
  if (!blocks_.empty()) blocks_.front().used = 0;
}

Users::Users(std::size_t schema_size, std::vector<AttributeIndex> columns)
    : columns_(std::move(columns)), slot_(schema_size, no_slot) {
  for (std::size_t i = 0; i < columns_.size(); ++i) slot_[columns_[i]] = static_cast<std::uint16_t>(i);
}

Row Users::add() {
  if (rows_ == no_row) throw std::length_error("more rows than a table can hold");
  const std::size_t chunk = rows_ / chunk_rows;
  if (chunk == chunks_.size()) {
    chunks_.emplace_back();
    if (chunk > 0) chunks_.back().reserve(chunk_rows * columns_.size());  // the first grows: a small table costs little
  }
  chunks_[chunk].resize((std::size_t{rows_ % chunk_rows} + 1) * columns_.size());
  return rows_++;
}

void Users::set(Row row, AttributeIndex attribute, Presence presence, std::string_view text) {
  if (slot_.at(attribute) == no_slot) throw std::logic_error("a cell was set in a column that the table does not have");
  Cell& target = chunks_[row / chunk_rows][std::size_t{row % chunk_rows} * columns_.size() + slot_[attribute]];
  target = presence == Presence::value ? pool_.add(presence, text) : Cell{static_cast<std::uint64_t>(presence) << 62};
}

Presence Users::presence(Row row, AttributeIndex attribute) const {
  if (slot_[attribute] == no_slot) return Presence::absent;
  return cell(row, attribute).presence();
}

std::string_view Users::text(Row row, AttributeIndex attribute) const {
  if (slot_[attribute] == no_slot) return {};
  const Cell found = cell(row, attribute);
  return found.presence() == Presence::value ? pool_.text(found) : std::string_view{};
}

void Users::ask_for_cells(Row row) const {
  const auto* cells = reinterpret_cast<const char*>(&chunks_[row / chunk_rows][row % chunk_rows * columns_.size()]);
  for (std::size_t at = 0; at < columns_.size() * sizeof(Cell); at += cache_line) __builtin_prefetch(cells + at);
}

void Users::ask_for_text(Row row, AttributeIndex attribute) const {
  const char* text = this->text(row, attribute).data();  // a row's texts were added one after another
  for (std::size_t line = 0; line < 4 && text != nullptr; ++line) __builtin_prefetch(text + line * cache_line);
}

std::size_t Users::bytes() const {
  std::size_t sum = chunks_.capacity() * sizeof(decltype(chunks_)::value_type) + pool_.bytes();
  for (const auto& chunk : chunks_) sum += chunk.capacity() * sizeof(Cell);
  return sum;
}

void Users::clear() {
  if (chunks_.size() > 1) chunks_.resize(1);
  if (!chunks_.empty()) chunks_.front().clear();
  pool_.clear();
  rows_ = 0;
}

}  // namespace rostersync::model
