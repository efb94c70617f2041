# Warnings are errors; ccache and mold are used where they are installed.
add_library(premura_options INTERFACE)
target_compile_options(premura_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Werror
  # GCC 12 sees overlapping copies in std::string's operator+ that are not there (GCC bug 105651).
  -Wno-restrict
  # With -O3 it takes the inside of an empty std::optional for something that is read.
  $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
target_include_directories(premura_options INTERFACE ${CMAKE_SOURCE_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(PREMURA_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined or thread")
if(PREMURA_SANITIZE)
  add_compile_options(-fsanitize=${PREMURA_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PREMURA_SANITIZE})
endif()
